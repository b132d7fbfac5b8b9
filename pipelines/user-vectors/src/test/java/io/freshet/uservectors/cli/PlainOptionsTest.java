package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlainOptionsTest {
  private static PlainOptions parse(String... arguments) {
    return PlainOptions.parse(List.of(arguments), "--table=URI", "--toVersion=N");
  }

  private static void assertRefused(String message, String... arguments) {
    FreshetException refusal =
        assertThrows(FreshetException.class, () -> parse(arguments).required("table"));
    assertEquals(FailureCategory.OPTION, refusal.category());
    assertEquals(message, refusal.getMessage());
  }

  @Test
  void hadoopSettingsComeInTwoForms() {
    PlainOptions options =
        parse("--hadoopConf=a=1=2", "--table=/t=1", "--hadoopConf", "b=3,4", "--toVersion=1");
    assertEquals(Map.of("a", "1=2", "b", "3,4"), options.hadoopConf());
    assertEquals("/t=1", options.required("table"));
    assertEquals(Optional.of("1"), options.get("toVersion"));
    assertEquals(Optional.empty(), parse("--table=/t").get("toVersion"));
  }

  @Test
  void whatIsMissingIsNamed() {
    assertRefused("--table is required");
    assertRefused("--table is required", "--table=");
  }

  @Test
  void whatIsNotKnownIsNamedAndWhatIsThereToo() {
    for (String unknown :
        List.of("--table", "--tab=/t", "table=/t", "--=/t", "=/t", "--ledger=/l")) {
      assertRefused(
          "Unknown option "
              + unknown
              + "; this command has --table=URI, --toVersion=N, --hadoopConf=KEY=VALUE and --hadoopConfFile=FILE",
          unknown);
    }
  }

  @Test
  void whatComesTwiceIsNamed() {
    assertRefused("--table is given twice", "--table=/t", "--toVersion=1", "--table=/t");
  }

  @Test
  void secretsAreNotRepeated() {
    String[] said = new String[4];
    said[0] = refusal("--table=/t", "--hadoopConf=fs.s3a.secret.key=s3cr3t");
    said[1] = refusal("--table=/t", "--hadoopConf", "fs.s3a.session.token=s3cr3t");
    said[2] = refusal("--table=s3a://key:s3cr3t@lake/t");
    said[3] = refusal("--table=/t", "--milvusToken=s3cr3t");
    for (String one : said) {
      assertFalse(one.contains("s3cr3t"), one);
    }
    assertTrue(said[0].startsWith("--hadoopConf=fs.s3a.secret.key=... "), said[0]);
    assertTrue(said[1].startsWith("--hadoopConf=fs.s3a.session.token=... "), said[1]);
    assertTrue(said[2].startsWith("--table holds credentials"), said[2]);
    assertTrue(said[3].startsWith("Unknown option --milvusToken=...;"), said[3]);
  }

  private static String refusal(String... arguments) {
    return assertThrows(FreshetException.class, () -> parse(arguments).required("table"))
        .getMessage();
  }

  @Test
  void settingThatIsNoneIsNotRepeated() {
    String refusal =
        "--hadoopConf takes KEY=VALUE, as in --hadoopConf=fs.s3a.endpoint=http://host:9000";
    assertRefused(refusal, "--table=/t", "--hadoopConf=secret");
    assertRefused(refusal, "--table=/t", "--hadoopConf");
  }
}
