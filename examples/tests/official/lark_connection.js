// The official Node client, driven by `official_clients.rs`: it prints a line per event that it handles.
const [, , sdks, domain] = process.argv;
const lark = require(require.resolve('@larksuiteoapi/node-sdk', { paths: [sdks] }));

const eventDispatcher = new lark.EventDispatcher({ loggerLevel: lark.LoggerLevel.error }).register({
  'im.message.receive_v1': async (data) => {
    // How long a handler takes, for the benchmark.
    if (process.env.HANDLER_MS) await new Promise((done) => setTimeout(done, Number(process.env.HANDLER_MS)));
    console.log('handled', data.message.message_id);
  },
  'card.action.trigger': () => {
    console.log('handled', 'card');
    return { toast: { content: 'Thanks.' } };
  },
});
const client = new lark.WSClient({ appId: 'cli_0123456789abcdef', appSecret: 'secret', domain, loggerLevel: lark.LoggerLevel.error });
client.start({ eventDispatcher });
