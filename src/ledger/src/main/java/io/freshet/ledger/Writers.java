package io.freshet.ledger;

/** Who writes the changes of a claim. */
public enum Writers {
  /** The process that claimed it, and no other: when that is gone, nothing more is sent. */
  THIS_PROCESS,
  /** Others, too, or it is not known: they may go on when the process that claimed it is gone. */
  OTHERS_TOO
}
