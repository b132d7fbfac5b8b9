package io.freshet.runners.conformance.simulation;

import io.freshet.changes.Outcome;
import io.freshet.changes.Time;
import io.freshet.changes.VectorBatch;
import io.freshet.ledger.HostProcess;
import io.freshet.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

/** A process: its clocks, its ledger, its writer. */
final class VirtualProcess implements Time {
  private final String name;
  private final VirtualHost host;
  private final HostProcess identity;
  private final Scheduler scheduler;
  private final long monotonicStart;
  private final Runnable between;
  private boolean gone;
  private long frozenUntil;
  private Ledger ledger;
  private Function<VectorBatch, List<Outcome>> writer;

  private final Clock wall =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public long millis() {
          return host.wall(scheduler.now());
        }

        @Override
        public Instant instant() {
          return Instant.ofEpochMilli(millis());
        }
      };

  /**
   * @param between what may happen before a clock is read
   */
  VirtualProcess(String name, VirtualHost host, long pid, Scheduler scheduler, Runnable between) {
    this.between = between;
    this.name = name;
    this.host = host;
    this.identity = new HostProcess(host.name(), host.name(), pid, pid);
    this.scheduler = scheduler;
    this.monotonicStart = pid * 1_000_003;
  }

  void open(Ledger itsLedger, Function<VectorBatch, List<Outcome>> itsWriter) {
    ledger = itsLedger;
    writer = itsWriter;
  }

  Ledger ledger() {
    return ledger;
  }

  Function<VectorBatch, List<Outcome>> writer() {
    return writer;
  }

  VirtualHost host() {
    return host;
  }

  HostProcess identity() {
    return identity;
  }

  boolean isGone() {
    return gone;
  }

  void end() {
    gone = true;
  }

  long frozenUntil() {
    return frozenUntil;
  }

  void freezeUntil(long time) {
    frozenUntil = Math.max(frozenUntil, time);
  }

  @Override
  public Clock clock() {
    return wall;
  }

  @Override
  public long nanos() {
    between.run();
    return (scheduler.now() - VirtualHost.START + monotonicStart) * 1_000_000;
  }

  @Override
  public void sleep(Duration pause) {
    scheduler.sleep(pause.toMillis());
  }

  @Override
  public String toString() {
    return name;
  }
}
