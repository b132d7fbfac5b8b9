import contextlib
import tempfile
import unittest
from pathlib import Path

from processes import DemoError, wait_until
from pymilvus import MilvusClient
from servers import Server, is_serving_milvus, start_milvus


class ServersTest(unittest.TestCase):
    def setUp(self) -> None:
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))

    def test_killed_milvus_comes_back_where_it_was_with_its_collections(self) -> None:
        milvus = start_milvus("lite", self.folder, self.stack)
        self.assertEqual(self.collections(milvus), [])
        client = MilvusClient(uri=milvus.url, timeout=30, dedicated=True)
        client.create_collection("kept", dimension=4)
        client.close()
        first = milvus.process
        first.kill()
        self.assertFalse(is_serving_milvus(milvus.url))
        milvus.restart()
        self.assertIsNot(milvus.process, first)
        milvus.process.wait_until("Milvus", 60, lambda: is_serving_milvus(milvus.url))
        self.assertEqual(self.collections(milvus), ["kept"])

    def collections(self, milvus: Server) -> list[str]:
        client = MilvusClient(uri=milvus.url, timeout=30, dedicated=True)
        try:
            return client.list_collections()
        finally:
            client.close()

    def test_server_that_ends_is_no_server(self) -> None:
        server = Server("it", ["false"], "http://it", self.folder / "log", self.stack)
        wait_until("its end", 10, lambda: server.process.status is not None)
        with self.assertRaisesRegex(DemoError, "it ended with status 1"):
            server.wait(lambda: False)


if __name__ == "__main__":
    unittest.main()
