import contextlib
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import grpc
import paths  # noqa: F401
from answers import LIES
from liar import WrongAnswers
from pymilvus.grpc_gen import common_pb2, milvus_pb2, milvus_pb2_grpc
from servers import start_milvus


class AnswersTest(unittest.TestCase):
    """Before a real Milvus Lite."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        folder = Path(cls.stack.enter_context(tempfile.TemporaryDirectory()))
        milvus = start_milvus("lite", folder, cls.stack)
        cls.answers = WrongAnswers(folder, int(milvus.url.rpartition(":")[2]), 1, cls.stack)
        cls.channel = cls.stack.enter_context(grpc.insecure_channel(f"127.0.0.1:{cls.answers.port}"))
        cls.stub = milvus_pb2_grpc.MilvusServiceStub(cls.channel)

    def tearDown(self) -> None:
        self.answers.tell([], 0.0)

    def has(self) -> milvus_pb2.BoolResponse:
        return self.stub.HasCollection(milvus_pb2.HasCollectionRequest(collection_name="c"), timeout=20)

    def describe(self) -> milvus_pb2.DescribeCollectionResponse:
        return self.stub.DescribeCollection(milvus_pb2.DescribeCollectionRequest(collection_name="c"), timeout=20)

    def upsert(self) -> milvus_pb2.MutationResult:
        return self.stub.Upsert(milvus_pb2.UpsertRequest(collection_name="c"), timeout=20)

    def test_calls_and_answers_pass(self) -> None:
        before = self.answers.told()
        self.assertFalse(self.has().value)
        self.assertEqual(self.has().status.error_code, common_pb2.Success)
        self.assertEqual(self.answers.told(), before)

    def test_lies_have_their_codes_and_are_counted(self) -> None:
        before = Counter(self.answers.told())
        self.answers.tell(["unclear"], 1.0)
        self.assertEqual(self.upsert().status.code, 65535)
        self.assertEqual(self.describe().status.code, 65535)
        self.answers.tell(["lost"], 1.0)
        self.assertEqual(self.upsert().status.code, 100)
        self.assertEqual(Counter(self.answers.told()) - before, {"unclear": 2, "lost": 1})

    def test_lies_of_the_call_end_it(self) -> None:
        self.answers.tell(["unknown"], 1.0)
        with self.assertRaises(grpc.RpcError) as raised:
            self.upsert()
        self.assertEqual(raised.exception.code(), grpc.StatusCode.UNKNOWN)

    def test_errors_of_the_server_pass(self) -> None:
        with self.assertRaises(grpc.RpcError) as raised:
            self.channel.unary_unary("/milvus.proto.milvus.MilvusService/NoSuchCall")(b"", timeout=20)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.UNIMPLEMENTED)

    def test_every_lie_can_be_told(self) -> None:
        for name, lie in LIES.items():
            before = self.answers.told().get(name, 0)
            self.answers.tell([name], 1.0)
            call = {"HasCollection": self.has}.get(lie.calls[0], self.upsert)
            with contextlib.suppress(grpc.RpcError):
                call()
            self.assertEqual(self.answers.told().get(name, 0), before + 1, name)


if __name__ == "__main__":
    unittest.main()
