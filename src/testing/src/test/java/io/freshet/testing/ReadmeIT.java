package io.freshet.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeIT {
  @Test
  void theExampleOfTheReadmeIsThisTest() {
    ReadmeExample.isTestedBy(ReadmeIT.class);
  }

  @Test
  void theExampleRuns(@TempDir Path folder) {
    try (MilvusServer milvus = MilvusServer.start(MilvusKind.LITE, folder)) {
      milvus.kill();
      milvus.restart();
      assertTrue(milvus.uri().startsWith("http://127.0.0.1:"));
    }
  }
}
