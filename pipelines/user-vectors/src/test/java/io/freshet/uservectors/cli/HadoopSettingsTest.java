package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HadoopSettingsTest {
  private static final String SECRET = "s3cr3tK/ey+=";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"fs.s3a.secret.key", "fs.azure.account.key.lake", "x.PassWord", "fs.s3a.endpoint"})
  void secretOnTheCommandLineIsRefusedByItsNameInBothForms(String name) {
    String value = name.endsWith("endpoint") ? "http://me:" + SECRET + "@host" : SECRET;
    for (List<String> arguments :
        List.of(
            List.of("--hadoopConf=" + name + "=" + value),
            List.of("--hadoopConf", name + "=" + value))) {
      String said = refusal(arguments);
      assertTrue(said.contains("--hadoopConf=" + name + "=..."), said);
      assertTrue(said.contains("--hadoopConfFile=FILE"), said);
    }
  }

  @Test
  void whatIsNoNameIsNotTakenForOne() {
    refusal(List.of("--hadoopConf={\"fs.s3a.secret.key\":\"" + SECRET + "\"}"));
    refusal(List.of("--hadoopConf", "s3cr3t"));
  }

  @Test
  void providersOfSecretsAreNone() {
    Map<String, String> values =
        HadoopSettings.of(
                List.of(
                    "--hadoopConf=hadoop.security.credential.provider.path=jceks://file/etc/a.jceks",
                    "--hadoopConf=fs.s3a.aws.credentials.provider=a.B"))
            .values();

    assertEquals(2, values.size());
  }

  @Test
  void propertiesAndHadoopsOwnFormAreRead() throws IOException {
    Path properties =
        write("a.properties", "# lake\nfs.s3a.access.key = AKIA\nfs.s3a.secret.key=" + SECRET);
    Path xml =
        write(
            "core-site.xml",
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <?xml-stylesheet type="text/xsl" href="configuration.xsl"?>
            <configuration>
              <!-- the lake -->
              <property><name>fs.s3a.access.key</name><value>AK&amp;IA</value><final>true</final></property>
              <property>
                <value>s\\n</value>
                <name> fs.s3a.secret.key </name>
                <description>its secret</description>
              </property>
              <property><name>no.value</name></property>
            </configuration>
            """);

    assertEquals(
        Map.of("fs.s3a.access.key", "AKIA", "fs.s3a.secret.key", SECRET),
        HadoopSettings.of(List.of("--hadoopConfFile=" + properties)).values());
    assertEquals(
        Map.of("fs.s3a.access.key", "AK&IA", "fs.s3a.secret.key", "s\\n"),
        HadoopSettings.of(List.of("--hadoopConfFile", xml.toString())).values());
  }

  @Test
  void laterFileWinsAndTheCommandLineOverAll() throws IOException {
    Path first = write("first", "a=1\nb=1\nc=1\n");
    Path second = write("second", "b=2\nc=2\n");

    HadoopSettings settings =
        HadoopSettings.of(
            List.of(
                "--hadoopConf=c=3",
                "--hadoopConfFile=" + first,
                "--x=y",
                "--hadoopConfFile=" + second));

    assertEquals(Map.of("a", "1", "b", "2", "c", "3"), settings.values());
    assertEquals(List.of(first.toString(), second.toString()), settings.files());
    assertEquals(List.of("--x=y"), settings.otherArguments());
  }

  @Test
  void settingsArePrintedByName() throws IOException {
    Path file = write("a", "fs.s3a.secret.key=" + SECRET);

    assertEquals(
        "[fs.s3a.secret.key]",
        HadoopSettings.of(List.of("--hadoopConfFile=" + file)).values().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing\n",
        "a=\\u12s3cr3t",
        "<configuration><property><name>a</name><value>s3cr3t</configuration>",
        "<configuration><property><name>a</name><value>x&s3cr3t;</value></property></configuration>",
        "<!DOCTYPE c [<!ENTITY s SYSTEM 'file:///etc/hostname'>]><configuration><property>"
            + "<name>a</name><value>&s;s3cr3t</value></property></configuration>",
        "<configuration><include href='/etc/s3cr3t'/></configuration>",
        "<configuration/>"
      })
  void fileThatIsNoneIsNamedAndNotRepeated(String text) throws IOException {
    Path file = write("conf", text);

    String said = refusal(List.of("--hadoopConfFile=" + file));

    assertTrue(said.contains(file.toString()), said);
  }

  @Test
  void fileThatIsNotThereOrNoTextIsNamed() throws IOException {
    Path binary = folder.resolve("binary");
    Files.write(binary, "a=s3cr3t\u00e4".getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(refusal(List.of("--hadoopConfFile=" + binary)).contains("UTF-8"));
    assertTrue(refusal(List.of("--hadoopConfFile=/no/such")).contains("/no/such"));
    assertTrue(refusal(List.of("--hadoopConfFile")).contains("--hadoopConfFile"));
    assertTrue(refusal(List.of("--hadoopConfFile=" + folder)).contains(folder.toString()));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String refusal(List<String> arguments) {
    FreshetException refusal =
        assertThrows(FreshetException.class, () -> HadoopSettings.of(arguments));
    assertEquals(FailureCategory.OPTION, refusal.category());
    assertNull(refusal.getCause());
    assertFalse(refusal.getMessage().contains("s3cr3t"), refusal::getMessage);
    return refusal.getMessage();
  }
}
