package io.freshet.milvus;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A clock that moves only when somebody sleeps by it. */
final class ManualTime extends Clock implements Sender.Sleeper {
  final List<Duration> pauses = new ArrayList<>();
  private Instant now;

  ManualTime(Instant start) {
    now = start;
  }

  @Override
  public void sleep(Duration pause) {
    pauses.add(pause);
    // The clock must move on even where the jitter says zero.
    now = now.plus(pause).plusMillis(1);
  }

  /** The same time as a monotonic clock has it. */
  long nanos() {
    return Duration.between(Instant.EPOCH, now).toNanos();
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("Only instants are asked for");
  }
}
