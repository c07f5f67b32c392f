"""What receiving costs in the official Python SDK: the requests of a file, a JSON object per line, are received one after
another, and the nanoseconds for each of the second half are printed.
"""

import base64
import json
import sys
import time

import lark_oapi
from lark_oapi.core.model import RawRequest
from lark_oapi.event.dispatcher_handler import EventDispatcherHandler

path, key, token = sys.argv[1:]
handled = 0


def handle(_event):
    global handled
    handled += 1


def raw(line):
    request, raw = json.loads(line), RawRequest()
    raw.uri, raw.headers, raw.body = "/", request["headers"], base64.b64decode(request["body"])
    return raw


builder = EventDispatcherHandler.builder(key, token, lark_oapi.LogLevel.CRITICAL)
builder.register_p2_im_message_receive_v1(handle)
builder.register_p2_application_application_app_version_publish_apply_v6(handle)
dispatcher = builder.build()
requests = [raw(line) for line in open(path)]
half = len(requests) // 2
for request in requests[:half]:
    dispatcher.do(request)
begin = time.perf_counter_ns()
for request in requests[half:]:
    dispatcher.do(request)
taken = time.perf_counter_ns() - begin
assert handled == len(requests), handled
print(taken // (len(requests) - half))
