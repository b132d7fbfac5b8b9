package io.freshet.milvus;

import io.freshet.testing.ReadmeExample;
import org.junit.jupiter.api.Test;

final class ReadmeTest {
  @Test
  void theExampleIsTheOneThatIsTested() {
    ReadmeExample.isTestedBy(WriteToMilvusIT.class);
  }
}
