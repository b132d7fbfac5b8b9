package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;
import org.junit.jupiter.api.Test;

final class SliceReaderTest {
  private static SliceReader reader(Supplier<Optional<String>> feeder) {
    return new SliceReader(new SliceSource(Feeds.of("table"), "generation", Schema.of()), feeder);
  }

  @Test
  void errorEndsThePipelineAsAnExceptionDoes() {
    Error missing = new NoClassDefFoundError("of/some/Codec");
    SliceReader reader =
        reader(
            () -> {
              throw missing;
            });
    RuntimeException why = assertThrows(IllegalStateException.class, reader::advance);
    assertSame(missing, why.getCause());
  }

  @Test
  void whatTheFeederHandsOutIsCurrent() {
    SliceReader reader = reader(() -> Optional.of("attempt"));
    assertEquals(true, reader.start());
    assertEquals("attempt", reader.getCurrent());
  }
}
