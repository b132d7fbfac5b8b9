package io.freshet.milvus;

import io.freshet.changes.Time;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A time that passes only when somebody sleeps by it. */
final class ManualTime implements Time {
  final List<Duration> pauses = new ArrayList<>();
  private Instant now;
  private Duration stepped = Duration.ZERO;

  ManualTime(Instant start) {
    now = start;
  }

  /** The wall clock is set. */
  void step(Duration by) {
    stepped = stepped.plus(by);
  }

  @Override
  public void sleep(Duration pause) {
    pauses.add(pause);
    // The clock must move on even where the jitter says zero.
    now = now.plus(pause).plusMillis(1);
  }

  @Override
  public Clock clock() {
    return Clock.fixed(now.plus(stepped), ZoneOffset.UTC);
  }

  @Override
  public long nanos() {
    return Duration.between(Instant.EPOCH, now).toNanos();
  }
}
