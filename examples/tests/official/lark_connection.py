"""The official Python client, driven by `official_clients.rs`: it prints a line per event that it handles."""

import os
import sys
import time

import lark_oapi
from lark_oapi.event.callback.model.p2_card_action_trigger import P2CardActionTriggerResponse
from lark_oapi.event.dispatcher_handler import EventDispatcherHandler

# How long a handler takes, for the benchmark.
TAKES = int(os.environ.get("HANDLER_MS", "0")) / 1000


def message(data):
    time.sleep(TAKES)
    print("handled", data.event.message.message_id, flush=True)


def card(data):
    print("handled", "card", flush=True)
    return P2CardActionTriggerResponse({"toast": {"content": "Thanks."}})


handler = EventDispatcherHandler.builder("", "", lark_oapi.LogLevel.ERROR)
handler = handler.register_p2_im_message_receive_v1(message).register_p2_card_action_trigger(card).build()
lark_oapi.ws.Client("cli_1", "secret", event_handler=handler, domain=sys.argv[1], log_level=lark_oapi.LogLevel.ERROR).start()
