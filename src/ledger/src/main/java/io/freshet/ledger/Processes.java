package io.freshet.ledger;

/** The processes of this machine, so that a simulation can put some of its own in place. */
interface Processes {
  /** Those of the system. */
  Processes SYSTEM =
      new Processes() {
        @Override
        public HostProcess current() {
          return HostProcess.current();
        }

        @Override
        public boolean isKnownGone(HostProcess process) {
          return process.isKnownGone();
        }
      };

  /** This one. */
  HostProcess current();

  /** Whether a process surely runs no more. */
  boolean isKnownGone(HostProcess process);
}
