package io.freshet.ledger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A process, named so that another on the same machine can tell whether it is gone.
 *
 * @param host for people
 * @param machine boot and process-id namespace; empty where the system does not say
 * @param pid process id in that namespace
 * @param startedAt when it started, in the kernel's ticks since boot: unlike a time of day it reads
 *     the same in every process, whatever becomes of the clock; 0 where the system does not say
 */
public record HostProcess(String host, String machine, long pid, long startedAt) {
  private static final HostProcess CURRENT = of(ProcessHandle.current().pid());

  /** This process. */
  public static HostProcess current() {
    return CURRENT;
  }

  /**
   * Whether the process surely runs no more. False for one on another machine, of which nothing is
   * known.
   */
  public boolean isKnownGone() {
    if (machine.isEmpty() || !machine.equals(CURRENT.machine) || equals(CURRENT)) {
      return false;
    }
    try {
      return startOf(pid) != startedAt;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "process " + pid + " on " + host;
  }

  /** The process of that id on this machine. */
  static HostProcess of(long pid) {
    try {
      return new HostProcess(hostName(), machineName(), pid, startOf(pid));
    } catch (IOException | UnsupportedOperationException e) {
      return new HostProcess(hostName(), "", pid, 0);
    }
  }

  /** The 22nd field of {@code /proc/PID/stat}; the second may hold spaces, in parentheses. */
  private static long startOf(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static String machineName() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
        + "/"
        + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
  }
}
