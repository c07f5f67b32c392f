// What receiving costs in the official Node SDK: the requests of a file, a JSON object per line, are received one after
// another, and the nanoseconds for each of the second half are printed.

const { createRequire } = require("module");
const fs = require("fs");
const path = require("path");

const [, , packages, file, key, token] = process.argv;
const lark = createRequire(path.join(packages, "index.js"))("@larksuiteoapi/node-sdk");

const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };
const dispatcher = new lark.EventDispatcher({ encryptKey: key, verificationToken: token, logger: silent });
let handled = 0;
const handle = async () => {
    handled += 1;
};
dispatcher.register({
    "im.message.receive_v1": handle,
    "application.application.app_version.publish_apply_v6": handle,
});

const requests = fs.readFileSync(file, "utf8").trim().split("\n").map((line) => {
    const { headers, body } = JSON.parse(line);
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    return { headers: Object.fromEntries(lower), body: Buffer.from(body, "base64") };
});

async function receive(requests) {
    for (const { headers, body } of requests) {
        // As its adapters do.
        await dispatcher.invoke(Object.assign(Object.create({ headers }), JSON.parse(body)));
    }
}

(async () => {
    const half = requests.length / 2;
    await receive(requests.slice(0, half));
    const begin = process.hrtime.bigint();
    await receive(requests.slice(half));
    const taken = process.hrtime.bigint() - begin;
    if (handled !== requests.length) throw new Error(`${handled} handled`);
    console.log(String(taken / BigInt(half)));
})();
