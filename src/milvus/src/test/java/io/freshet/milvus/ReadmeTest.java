package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ReadmeTest {
  @Test
  void theExampleIsTheOneThatIsTested() throws IOException {
    String test = Files.readString(Path.of("src/test/java/io/freshet/milvus/WriteToMilvusIT.java"));
    String example =
        test.substring(
                test.indexOf("// README: begin") + "// README: begin".length(),
                test.indexOf("// README: end"))
            .stripIndent()
            .strip();

    assertTrue(Files.readString(Path.of("README.md")).contains(example), example);
  }
}
