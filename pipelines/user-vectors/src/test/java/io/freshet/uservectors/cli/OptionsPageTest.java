package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class OptionsPageTest {
  private static final Path PAGE = Path.of("../../docs/options.md");

  @Test
  void pageOfOptionsIsThatOfTheirAnnotations() throws IOException {
    if (Boolean.getBoolean("freshet.write")) {
      Files.writeString(PAGE, OptionsPage.text());
    }
    assertEquals(
        OptionsPage.text(),
        Files.exists(PAGE) ? Files.readString(PAGE) : "",
        "docs/options.md is stale; write it again with: "
            + "mvn -q test -pl pipelines/user-vectors -am -Dtest=OptionsPageTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dfreshet.write=true");
  }
}
