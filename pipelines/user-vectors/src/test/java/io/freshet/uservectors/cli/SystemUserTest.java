package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SystemUserTest {
  @Test
  void userWithANameKeepsIt() {
    assertEquals(Optional.empty(), SystemUser.nameFor("me", 1000, Map.of()));
    assertEquals(
        Optional.empty(), SystemUser.nameFor("me", 1000, Map.of("HADOOP_USER_NAME", "you")));
  }

  @Test
  void userWithoutANameGoesByTheNumberOrAsHadoopIsTold() {
    assertEquals(Optional.of("1000650000"), SystemUser.nameFor(null, 1_000_650_000, Map.of()));
    assertEquals(Optional.of("7"), SystemUser.nameFor("", 7, Map.of("HADOOP_USER_NAME", "")));
    assertEquals(
        Optional.of("you"), SystemUser.nameFor(null, 7, Map.of("HADOOP_USER_NAME", "you")));
  }
}
