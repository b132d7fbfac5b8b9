package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class FirstRunFnTest {
  @Test
  void onlyTheFirstAttemptOfTheFirstStageIsTheFirstRun() {
    assertTrue(FirstRunFn.isFirstRun(0, 0));
    assertFalse(FirstRunFn.isFirstRun(0, 1), "The task was run again");
    assertFalse(FirstRunFn.isFirstRun(1, 0), "The stage was run again");
    assertFalse(FirstRunFn.isFirstRun(2, 3));
  }
}
