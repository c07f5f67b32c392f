"""The official Python SDK, driven by `official_sdks.rs`: one JSON request per line in, one JSON answer per line out.

The first line out names the events that the SDK knows.
"""

import base64
import hashlib
import json
import os
import sys

import lark_oapi
from Crypto.Cipher import AES
from lark_oapi.card.action_handler import CardActionHandler
from lark_oapi.core.model import RawRequest
from lark_oapi.event.dispatcher_handler import EventDispatcherHandler

# The SDK knows no events of protocol 1: they are registered by the names that are given.
KEY, TOKEN, P1 = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
handled = []


def dispatcher():
    builder = EventDispatcherHandler.builder(KEY, TOKEN, lark_oapi.LogLevel.CRITICAL)
    for name in sorted(dir(builder)):
        if name.startswith("register_p2_") and "customized" not in name:
            known = set(builder._processorMap) | set(builder._callback_processor_map)
            getattr(builder, name)(lambda data, box=handled: box.append(type(data).__name__))
            known = (set(builder._processorMap) | set(builder._callback_processor_map)) - known
            keys.extend(key.split(".", 1)[1] for key in known)
    for name in P1:
        builder.register_p1_customized_event(name, lambda data, box=handled: box.append(type(data).__name__))
    return builder.build()


def press(card):
    handled.append(type(card).__name__)
    return {"toast": {"content": str(card.action.value)}}


def receive(request, handler):
    handled.clear()
    raw = RawRequest()
    raw.uri, raw.headers, raw.body = "/", request["headers"], base64.b64decode(request["body"])
    response = handler.do(raw)
    return {"status": response.status_code, "body": response.content.decode(), "handled": len(handled)}


def seal(plaintext):
    """Encrypts and signs as the platform does."""
    data = plaintext.encode()
    pad = 16 - len(data) % 16
    iv = os.urandom(16)
    cipher = AES.new(hashlib.sha256(KEY.encode()).digest(), AES.MODE_CBC, iv)
    encrypted = base64.b64encode(iv + cipher.encrypt(data + bytes([pad]) * pad)).decode()
    body = json.dumps({"encrypt": encrypted}).encode()
    signature = hashlib.sha256(b"1700000000" + b"nonce" + KEY.encode() + body).hexdigest()
    headers = {
        "X-Lark-Request-Timestamp": "1700000000",
        "X-Lark-Request-Nonce": "nonce",
        "X-Lark-Signature": signature,
    }
    return {"headers": headers, "body": base64.b64encode(body).decode()}


keys = []
events = dispatcher()
cards = CardActionHandler.builder(KEY, TOKEN, lark_oapi.LogLevel.CRITICAL).register(press).build()
print(json.dumps({"keys": sorted(keys)}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if "seal" in request:
        answer = seal(request["seal"])
    else:
        answer = receive(request, cards if request["to"] == "cards" else events)
    print(json.dumps(answer), flush=True)
