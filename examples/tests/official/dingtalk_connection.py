"""The official Python client, driven by `official_clients.rs`: it prints a line per event that it handles."""

import logging
import os
import sys

os.environ["DINGTALK_OPENAPI_ENDPOINT"] = sys.argv[1]

import dingtalk_stream  # noqa: E402  it reads the environment when it is imported


class Events(dingtalk_stream.EventHandler):
    async def process(self, event):
        print("handled", event.headers.event_type, flush=True)
        return dingtalk_stream.AckMessage.STATUS_OK, "OK"


class Cards(dingtalk_stream.CallbackHandler):
    async def process(self, callback):
        print("handled", "card", flush=True)
        return dingtalk_stream.AckMessage.STATUS_OK, {"cardData": {"cardParamMap": {"state": "done"}}}


logger = logging.getLogger("quiet")
logger.setLevel(logging.CRITICAL)
client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential("ding1", "secret"), logger=logger)
client.get_host_ip = lambda: "127.0.0.1"
client.register_all_event_handler(Events())
client.register_callback_handler(Cards.TOPIC_CARD_CALLBACK, Cards())
client.start_forever()
