package io.freshet.ledger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process, named so that another on the same machine can tell whether it is gone.
 *
 * @param host for people
 * @param machine boot and process-id namespace; empty where the system does not say
 * @param pid process id in that namespace
 * @param startedAt when it started, in milliseconds since 1970
 */
public record HostProcess(String host, String machine, long pid, long startedAt) {
  private static final HostProcess CURRENT =
      new HostProcess(
          hostName(),
          machineName(),
          ProcessHandle.current().pid(),
          startOf(ProcessHandle.current()));

  /** This process. */
  public static HostProcess current() {
    return CURRENT;
  }

  /**
   * Whether the process surely runs no more. False for one on another machine, of which nothing is
   * known.
   */
  public boolean isKnownGone() {
    if (machine.isEmpty() || !machine.equals(CURRENT.machine)) {
      return false;
    }
    Optional<ProcessHandle> handle = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return handle.isEmpty() || startOf(handle.get()) != startedAt;
  }

  @Override
  public String toString() {
    return "process " + pid + " on " + host;
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static String machineName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + "/"
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }
}
