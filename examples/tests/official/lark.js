// The official Node SDK, driven by `official_sdks.rs`: one JSON request per line in, one JSON answer per line out.
//
// The first line out names the events that the SDK knows: it has them in its typings only.

const { createRequire } = require("module");
const path = require("path");
const fs = require("fs");
const http = require("http");
const readline = require("readline");

const [, , packages, key, token] = process.argv;
const load = createRequire(path.join(packages, "index.js"));
const lark = load("@larksuiteoapi/node-sdk");
const typings = path.join(packages, "node_modules/@larksuiteoapi/node-sdk/types/index.d.ts");
const events = fs.readFileSync(typings, "utf8").matchAll(/^ {4}"?([a-zA-Z0-9_.]+)"?\?: \(data: \{/gm);
const keys = [...new Set([...events].map((found) => found[1]))].sort();

const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };
const dispatcher = new lark.EventDispatcher({ encryptKey: key, verificationToken: token, logger: silent });
let handled = 0;
const handlers = {};
for (const event of [...keys, "card.action.trigger", "url.preview.get"]) {
    handlers[event] = async () => {
        handled += 1;
        return {};
    };
}
dispatcher.register(handlers);

// The URL is verified by the adapters, not by the dispatcher.
const server = http.createServer(lark.adaptDefault("/events", dispatcher, { autoChallenge: true }));

function post(headers, body) {
    return new Promise((done, failed) => {
        const options = { method: "POST", host: "127.0.0.1", port: server.address().port, path: "/events", headers };
        const request = http.request(options, (response) => {
            const parts = [];
            response.on("data", (part) => parts.push(part));
            response.on("end", () => done({ status: response.statusCode, body: Buffer.concat(parts).toString(), handled }));
        });
        request.on("error", failed).end(body);
    });
}

(async () => {
    await new Promise((listens) => server.listen(0, "127.0.0.1", listens));
    console.log(JSON.stringify({ keys }));
    for await (const line of readline.createInterface({ input: process.stdin })) {
        const request = JSON.parse(line);
        handled = 0;
        const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
        if (request.to === "adapter") {
            console.log(JSON.stringify(await post(headers, Buffer.from(request.body, "base64"))));
            continue;
        }
        const body = JSON.parse(Buffer.from(request.body, "base64").toString());
        const result = await dispatcher.invoke(Object.assign(Object.create({ headers }), body));
        console.log(JSON.stringify({ handled, body: JSON.stringify(result ?? null) }));
    }
    server.close();
})();
