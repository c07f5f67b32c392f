// The official Node client, driven by `official_clients.rs`: it prints a line per event that it handles.
const [, , sdks, endpoint] = process.argv;
const { DWClient, EventAck } = require(require.resolve('dingtalk-stream', { paths: [sdks] }));
console.info = console.warn = () => {};

// Where to connect is written into the client, so the question is asked here.
class LocalClient extends DWClient {
  async getEndpoint() {
    const body = JSON.stringify({ clientId: 'ding1', clientSecret: 'secret', subscriptions: this.config.subscriptions });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${endpoint}/v1.0/gateway/connections/open`, { method: 'POST', headers, body });
    const { endpoint: url, ticket } = await answer.json();
    this.dw_url = `${url}?ticket=${encodeURIComponent(ticket)}`;
    return this;
  }
}

const client = new LocalClient({ clientId: 'ding1', clientSecret: 'secret' });
client.registerAllEventListener((event) => {
  process.stdout.write(`handled ${event.headers.eventType}\n`);
  return { status: EventAck.SUCCESS };
});
client.registerCallbackListener('/v1.0/card/instances/callback', (callback) => {
  process.stdout.write('handled card\n');
  client.socketCallBackResponse(callback.headers.messageId, { cardData: { cardParamMap: { state: 'done' } } });
});
client.connect();
