package io.freshet.delta;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.beam.sdk.io.UnboundedSource;
import org.joda.time.Instant;

/**
 * Reads what the {@link SliceFeeder} hands out. Runners drop and make readers as they like: it
 * keeps nothing.
 */
final class SliceReader extends UnboundedSource.UnboundedReader<String> {
  private final SliceSource source;
  private final Supplier<Optional<String>> feeder;
  private Optional<String> current = Optional.empty();
  private Instant timestamp = Instant.EPOCH;

  SliceReader(SliceSource source, Supplier<Optional<String>> feeder) {
    this.source = source;
    this.feeder = feeder;
  }

  @Override
  public boolean start() {
    return advance();
  }

  @Override
  public boolean advance() {
    try {
      current = feeder.get();
    } catch (Error e) {
      // The DirectRunner ends with an exception; with an error it reads no more, and says nothing.
      throw new IllegalStateException("The next slice cannot be asked for: " + e, e);
    }
    timestamp = Instant.now();
    return current.isPresent();
  }

  @Override
  public String getCurrent() {
    return current.orElseThrow(NoSuchElementException::new);
  }

  @Override
  public Instant getCurrentTimestamp() {
    return timestamp;
  }

  @Override
  public Instant getWatermark() {
    return timestamp;
  }

  @Override
  public UnboundedSource.CheckpointMark getCheckpointMark() {
    return NoCheckpoint.INSTANCE;
  }

  @Override
  public SliceSource getCurrentSource() {
    return source;
  }

  @Override
  public void close() {}
}
