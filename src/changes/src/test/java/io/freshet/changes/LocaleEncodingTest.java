package io.freshet.changes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocaleEncodingTest {
  @Test
  void argumentsAreTakenInUtf8() {
    List<String> options = List.of("run", "--textTemplate={user_id} żółć 😀");
    assertDoesNotThrow(() -> new LocaleEncoding(UTF_8).requireArguments(options));
    assertDoesNotThrow(() -> new LocaleEncoding(US_ASCII).requireArguments(List.of("--x={a}~")));
    for (Charset charset : List.of(US_ASCII, ISO_8859_1)) {
      refused(charset, () -> new LocaleEncoding(charset).requireArguments(options));
    }
  }

  @Test
  void whatJavaCouldNotDecodeIsRefusedInAnyLocale() {
    for (Charset charset : List.of(US_ASCII, UTF_8)) {
      refused(charset, () -> new LocaleEncoding(charset).requireArguments(List.of("--x=\ufffd")));
    }
  }

  @Test
  void theValueIsNotRepeatedForItMayBeASecret() {
    for (String value : List.of("s3cr3t\ufffd", "\ufffd\ns3cr3t")) {
      FreshetException refusal =
          assertThrows(
              FreshetException.class,
              () -> new LocaleEncoding(UTF_8).requireArguments(List.of("--hadoopConf=" + value)));
      assertTrue(
          refusal.getMessage().startsWith("The value of --hadoopConf has "), refusal.getMessage());
      assertFalse(refusal.getMessage().contains("s3cr3t"), refusal.getMessage());
    }
  }

  @Test
  void namesOfLocalFilesAreTakenInUtf8() {
    assertDoesNotThrow(() -> new LocaleEncoding(UTF_8).requireFileNames("file:/t"));
    refused(US_ASCII, () -> new LocaleEncoding(US_ASCII).requireFileNames("file:/t"));
  }

  private static void refused(Charset charset, Runnable call) {
    FreshetException refusal = assertThrows(FreshetException.class, call::run);
    assertEquals(FailureCategory.OPTION, refusal.category());
    assertTrue(refusal.getMessage().contains(charset.name()), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("LC_ALL=C.UTF-8"), refusal.getMessage());
  }
}
