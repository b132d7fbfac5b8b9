package io.freshet.ledger;

/** A program of its own that tells whether a process is known to be gone. */
final class KnownGone {
  private KnownGone() {}

  /** Takes what a {@link HostProcess} holds. */
  public static void main(String[] process) {
    HostProcess asked =
        new HostProcess(
            process[0], process[1], Long.parseLong(process[2]), Long.parseLong(process[3]));
    System.out.println(
        "same machine: "
            + HostProcess.current().machine().equals(asked.machine())
            + ", known to be gone: "
            + asked.isKnownGone());
  }
}
