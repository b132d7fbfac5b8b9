package io.freshet.delta;

import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.UnboundedSource;

/** A checkpoint that holds nothing. */
final class NoCheckpoint implements UnboundedSource.CheckpointMark {
  static final NoCheckpoint INSTANCE = new NoCheckpoint();
  static final Coder<NoCheckpoint> CODER = new NoCheckpointCoder();

  private NoCheckpoint() {}

  /** Called when a bundle was read, which says nothing of its being written. */
  @Override
  public void finalizeCheckpoint() {}

  private static final class NoCheckpointCoder extends AtomicCoder<NoCheckpoint> {
    @Override
    public void encode(NoCheckpoint value, OutputStream out) {}

    @Override
    public NoCheckpoint decode(InputStream in) {
      return INSTANCE;
    }
  }
}
