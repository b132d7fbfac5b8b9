"""A Milvus that gives wrong answers: it passes calls on to a real one, and tells lies about some of them.

python answers.py --listen=PORT --to=PORT --seed=N

It runs in a process of its own. Commands come as lines of JSON on its input, each answered by a line:

{"lies": ["refused", "lost"], "chance": 0.5}    calls are answered by one of these lies, drawn from the seed, so often
{"lies": []}                                     each call is passed on, and so is its answer
The answer is how often each lie has been told so far: {"refused": 12}

The lies are those of LIES. None of them is a lie about rows: what a query has found is passed on, or nothing is.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import grpc
from pymilvus.grpc_gen import common_pb2, milvus_pb2

THREADS = 32
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
ANSWERS: dict[str, Callable[[], Any]] = {
    "Upsert": milvus_pb2.MutationResult,
    "Delete": milvus_pb2.MutationResult,
    "Query": milvus_pb2.QueryResults,
    "DescribeCollection": milvus_pb2.DescribeCollectionResponse,
    "HasCollection": milvus_pb2.BoolResponse,
    "GetLoadState": milvus_pb2.GetLoadStateResponse,
}
WRITES = ("Upsert", "Delete")
READS = ("Query", "DescribeCollection", "GetLoadState")


@dataclass(frozen=True)
class Lie:
    """What is answered to which calls: a status of Milvus, a status of gRPC, or a small change of the real answer.
    `carried_out`: the call is passed on all the same, as if only its answer were wrong."""

    calls: tuple[str, ...]
    code: int = 0
    error_code: int = 0
    grpc_code: grpc.StatusCode | None = None
    carried_out: bool = False


LIES = {
    # "unexpected error" of Milvus, and any exception of Milvus Lite.
    "unclear": Lie(WRITES + READS, code=65535, error_code=1),
    "unclear-lite": Lie(WRITES + READS, code=1, error_code=1),
    "refused": Lie(WRITES, code=1100, error_code=1),
    "unsaid": Lie(WRITES, code=65535, error_code=1, carried_out=True),
    "lost": Lie(WRITES + READS, code=100, error_code=4),
    "not-there": Lie(("HasCollection",), carried_out=True),
    "fewer": Lie(("Upsert",), carried_out=True),
    "quota": Lie(WRITES, code=9, error_code=49),
    "unknown": Lie(WRITES + READS, grpc_code=grpc.StatusCode.UNKNOWN),
    "invalid": Lie(WRITES, grpc_code=grpc.StatusCode.INVALID_ARGUMENT),
    "dropped": Lie(WRITES, grpc_code=grpc.StatusCode.UNAVAILABLE, carried_out=True),
}


class Liar:
    """Decides on each call, and makes the wrong answers."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(f"answers {seed}")
        self._lock = threading.Lock()
        self._lies: list[str] = []
        self._share = 0.0
        self.told: Counter[str] = Counter()

    def command(self, command: dict[str, Any]) -> dict[str, int]:
        unknown = set(command.get("lies", [])) - LIES.keys()
        if unknown:
            raise ValueError(f"unknown lies {unknown}")
        with self._lock:
            self._lies = command.get("lies", self._lies)
            self._share = command.get("chance", self._share)
            return dict(self.told)

    def choose(self, call: str) -> Lie | None:
        with self._lock:
            fitting = [name for name in self._lies if call in LIES[name].calls]
            if not fitting or self._chance.random() >= self._share:
                return None
            name = self._chance.choice(fitting)
            self.told[name] += 1
            return LIES[name]


def wrong(call: str, lie: Lie, real: bytes | None) -> bytes:
    """The lie as bytes; `real` is the real answer to a call that was carried out."""
    answer = ANSWERS[call]()
    if real is not None:
        answer.ParseFromString(real)
    if lie.code:
        answer = ANSWERS[call]()
        status = common_pb2.Status(error_code=lie.error_code, code=lie.code, reason="for the chaos test")
        answer.status.CopyFrom(status)
    elif call == "HasCollection":
        answer.value = False
    elif call == "Upsert":
        answer.upsert_cnt = max(0, answer.upsert_cnt - 1)
    return answer.SerializeToString()


class Relay(grpc.GenericRpcHandler):
    """Passes every call on as bytes, with the client's own deadline."""

    def __init__(self, to: int, liar: Liar) -> None:
        options = [*UNLIMITED, ("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 500)]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{to}", options=options)
        self._liar = liar

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        method = details.method
        call = method.rpartition("/")[2]
        send = self._channel.unary_unary(method)

        def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
            lie = self._liar.choose(call)
            real = None
            if lie is None or lie.carried_out:
                real = self._pass_on(send, request, context)
            if lie is None:
                assert real is not None
                return real
            if lie.grpc_code is not None:
                context.abort(lie.grpc_code, "for the chaos test")
            return wrong(call, lie, real)

        return grpc.unary_unary_rpc_method_handler(answer)

    @staticmethod
    def _pass_on(send: Any, request: bytes, context: grpc.ServicerContext) -> bytes:
        metadata = [(key, value) for key, value in context.invocation_metadata() if not key.startswith("grpc-")]
        try:
            return send(request, timeout=context.time_remaining(), metadata=metadata)
        except grpc.RpcError as failure:
            context.abort(failure.code(), failure.details())
            raise  # abort() has raised already; this is for the reader.


def serve(listen: int, to: int, seed: int) -> None:
    liar = Liar(seed)
    options = [*UNLIMITED, ("grpc.so_reuseport", 0)]
    server = grpc.server(ThreadPoolExecutor(THREADS), handlers=[Relay(to, liar)], options=options)
    if server.add_insecure_port(f"127.0.0.1:{listen}") != listen:
        raise OSError(f"port {listen} is in use")
    server.start()
    print("{}", flush=True)
    for line in sys.stdin:
        print(json.dumps(liar.command(json.loads(line))), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--to", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(options.listen, options.to, options.seed)


if __name__ == "__main__":
    main()
