package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HostProcessTest {
  /** A process that did run here. */
  static HostProcess killed() throws Exception {
    Process process = new ProcessBuilder("cat").start();
    HostProcess named = HostProcess.of(process.pid());
    process.destroyForcibly().waitFor();
    return named;
  }

  @Test
  void thisProcessIsNotGone() {
    assertFalse(HostProcess.current().isKnownGone());
  }

  @Test
  void killedProcessIsGone() throws Exception {
    assertTrue(killed().isKnownGone());
  }

  @Test
  void anotherProcessThatHasTheSameIdIsNotIt() {
    HostProcess self = HostProcess.current();
    HostProcess before =
        new HostProcess(self.host(), self.machine(), self.pid(), self.startedAt() - 1);
    assertTrue(before.isKnownGone());
  }

  @Test
  void nothingIsKnownOfAnotherMachine() throws Exception {
    HostProcess gone = killed();
    assertFalse(
        new HostProcess(gone.host(), "another boot", gone.pid(), gone.startedAt()).isKnownGone());
    assertFalse(new HostProcess(gone.host(), "", gone.pid(), gone.startedAt()).isKnownGone());
  }

  @Test
  void processReadsTheSameFromOutside() {
    assertEquals(HostProcess.current(), HostProcess.of(ProcessHandle.current().pid()));
  }
}
