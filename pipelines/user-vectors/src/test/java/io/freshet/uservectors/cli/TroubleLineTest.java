package io.freshet.uservectors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TroubleLineTest {
  private static final Optional<String> NO_EXECUTOR = Optional.of("no executor");

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final TroubleLine line = new TroubleLine(new PrintStream(said, true, UTF_8), "TheRunner");
  private long nanos = Long.MAX_VALUE - 5; // Monotonic clocks may overflow.

  @Test
  void troubleIsToldAtOnceThenEachHalfMinuteThenThatItIsOver() {
    look(Optional.empty(), 60);
    assertEquals(List.of(), lines());

    look(NO_EXECUTOR, 65);
    look(Optional.empty(), 60);

    String trouble = "freshet: waiting for TheRunner: no executor";
    assertEquals(List.of(trouble, trouble, trouble, "freshet: TheRunner works again"), lines());
  }

  @Test
  void troubleThatComesBackIsToldAtOnce() {
    look(NO_EXECUTOR, 1);
    look(Optional.empty(), 1);
    look(NO_EXECUTOR, 1);

    assertEquals(3, lines().size(), lines()::toString);
  }

  /** Each second. */
  private void look(Optional<String> trouble, int seconds) {
    for (int second = 0; second < seconds; second++) {
      line.look(trouble, nanos);
      nanos += Duration.ofSeconds(1).toNanos();
    }
  }

  private List<String> lines() {
    return said.toString(UTF_8).lines().toList();
  }
}
