package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionErrorsTest {
  private static RuntimeException told(RuntimeException thrown) {
    return assertThrows(
        RuntimeException.class,
        () ->
            VersionErrors.reading(
                3,
                "/t",
                () -> {
                  throw thrown;
                }));
  }

  @Test
  void whatNobodyForesawIsToldWithItsCauseTableAndVersion() {
    NullPointerException thrown = new NullPointerException("for the test");
    FreshetException told = (FreshetException) told(thrown);
    assertEquals(FailureCategory.UNEXPECTED, told.category());
    assertSame(thrown, told.getCause());
    assertEquals(
        "Version 3 of /t cannot be read, for a reason that was not foreseen:"
            + " java.lang.NullPointerException: for the test at ",
        told.getMessage().substring(0, told.getMessage().indexOf("io.freshet.delta.Version")));
  }

  @Test
  void whatALibraryWrapsOfTheStorageIsTheStorages() {
    FreshetException told =
        (FreshetException) told(new UncheckedIOException(new IOException("No answer")));
    assertEquals(FailureCategory.STORAGE_UNAVAILABLE, told.category());
    assertEquals(
        "Version 3 of /t cannot be read: java.io.IOException: No answer", told.getMessage());
  }

  @Test
  void whatIsKnownStaysWhatItIs() {
    FreshetException known = new FreshetException(FailureCategory.SCHEMA, "for the test");
    assertSame(known, told(known));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancelled", "interrupted", "out of memory"})
  void theEndOfAThreadIsNotTheTables(String how) {
    RuntimeException end =
        switch (how) {
          case "cancelled" -> new CancellationException();
          case "interrupted" -> new UncheckedIOException(new InterruptedIOException());
          default -> new IllegalStateException(new OutOfMemoryError());
        };
    assertSame(end, told(end));
  }
}
