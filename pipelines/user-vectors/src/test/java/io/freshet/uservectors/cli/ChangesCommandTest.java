package io.freshet.uservectors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FreshetException;
import io.freshet.testing.DeltaTables;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangesCommandTest {
  @TempDir private Path folder;

  private static String run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ChangesCommand(new PrintStream(out, true, UTF_8)).run(List.of(arguments));
    return out.toString(UTF_8);
  }

  private static String refusal(String... arguments) {
    return assertThrows(FreshetException.class, () -> run(arguments)).getMessage();
  }

  @Test
  void changesArePrintedOneALine() {
    Path table = folder.resolve("t");
    DeltaTables.create(table, true);
    DeltaTables.append(table, 0, 2);
    DeltaTables.append(table, 2, 1);
    List<String> lines = run("--table=" + table, "--toVersion=1").lines().toList();
    assertEquals(2, lines.size());
    assertTrue(
        lines
            .get(0)
            .startsWith(
                "{\"event_id\":\"e0\",\"user_id\":\"u0\",\"item_id\":\"i0\",\"event_type\":\"buy\","
                    + "\"event_timestamp\":\"2026-01-01T00:00:00.000000Z\",\"_change_type\":\"insert\","
                    + "\"_commit_version\":1,\"_commit_timestamp\":"),
        lines.get(0));
    assertEquals(1, run("--table=" + table, "--fromVersion=2").lines().count());
    assertEquals("", run("--table=" + table, "--fromVersion=0", "--toVersion=0"));
  }

  @Test
  void badOptionsAreNamed() {
    assertEquals("--table is required", refusal());
    assertTrue(refusal("--table=/t", "--from=1").startsWith("Unknown option --from=1;"));
    assertEquals("--fromVersion=x is no version number", refusal("--table=/t", "--fromVersion=x"));
  }
}
