package io.freshet.uservectors.cli;

/** What a runner that prepares for a pipeline asks of who waits for it. */
public interface Preparation {
  /** Tells what keeps it, for people; may be called at each look, and tells it now and then. */
  void tell(String trouble);

  /** Whether a stop was asked for: who waits for others then need not wait any more. */
  boolean isCalledOff();
}
