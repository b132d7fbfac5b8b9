package io.freshet.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;

/**
 * A process, named so that another on the same machine can tell whether it is gone.
 *
 * @param host for people
 * @param machine boot and namespaces of process ids and time; empty where the system does not say
 * @param pid process id in that namespace
 * @param startedAt when it started, in the kernel's ticks since boot: unlike a time of day it reads
 *     the same in every process, whatever becomes of the clock; 0 where the system does not say
 */
public record HostProcess(String host, String machine, long pid, long startedAt) {
  private static final ProcFolder PROC = ProcFolder.SYSTEM;
  private static final HostProcess CURRENT = of(ProcessHandle.current().pid());

  /** This process. */
  public static HostProcess current() {
    return CURRENT;
  }

  /**
   * Whether the process surely runs no more. False for one on another machine, of which nothing is
   * known, and where the system may hide it: a living process of another user must not count as
   * gone.
   */
  @JsonIgnore
  public boolean isKnownGone() {
    if (machine.isEmpty() || !machine.equals(CURRENT.machine) || equals(CURRENT)) {
      return false;
    }
    try {
      return PROC.startOf(pid) != startedAt;
    } catch (NoSuchFileException e) {
      return PROC.isWhole();
    } catch (IOException | RuntimeException e) {
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
      return new HostProcess(hostName(), PROC.machine(), pid, PROC.startOf(pid));
    } catch (IOException | RuntimeException e) {
      return new HostProcess(hostName(), "", pid, 0);
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
