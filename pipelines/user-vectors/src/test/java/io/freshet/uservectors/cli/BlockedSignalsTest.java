package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class BlockedSignalsTest {
  private static String status(String pending) {
    return "Name:\tjava\nSigQ:\t0/31357\nSigPnd:\tffffffffffffffff\nShdPnd:\t"
        + pending
        + "\nSigBlk:\tffffffffffffffff\n";
  }

  @Test
  void signalsThatEndAPipelineAreSeenAmongThoseThatWait() throws IOException {
    assertTrue(BlockedSignals.isPending(status("0000000000004000")), "SIGTERM");
    assertTrue(BlockedSignals.isPending(status("0000000000000002")), "SIGINT");
    assertTrue(BlockedSignals.isPending(status("ffffffffffffffff")));
    assertFalse(BlockedSignals.isPending(status("0000000000000000")));
    assertFalse(BlockedSignals.isPending(status("ffffffffffffbffd")), "others");
  }

  @Test
  void kernelThatDoesNotShowThemIsAFailure() {
    for (String status : new String[] {"", "Name:\tjava\n", status("0000")}) {
      assertThrows(IOException.class, () -> BlockedSignals.isPending(status.strip()));
    }
  }
}
