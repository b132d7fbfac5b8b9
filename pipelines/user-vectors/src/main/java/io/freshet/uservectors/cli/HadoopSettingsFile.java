package io.freshet.uservectors.cli;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.uservectors.SecretFile;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A file of Hadoop settings: in Hadoop's own form, so that a {@code core-site.xml} will do, or else
 * in that of Java's properties, which is easy to write by hand. One that begins with {@code <} is
 * the former. No error repeats what is in it.
 */
final class HadoopSettingsFile {
  private static final Set<String> ELEMENTS =
      Set.of("configuration", "property", "name", "value", "final", "description", "source", "tag");

  private HadoopSettingsFile() {}

  /**
   * Reads a file of this machine.
   *
   * @throws FreshetException with the category OPTION if it cannot be read or holds no setting
   */
  static Map<String, String> read(String file) {
    String text = SecretFile.read(HadoopSettings.FILE_OPTION, file);
    Map<String, String> settings =
        text.stripLeading().startsWith("<") ? xml(file, text.strip()) : properties(file, text);
    if (settings.isEmpty()) {
      throw refusal(file, "holds no setting");
    }
    if (settings.keySet().stream().anyMatch(Secrets::isName)) {
      SecretFile.warnIfOpenToAll(file);
    }
    return settings;
  }

  private static Map<String, String> properties(String file, String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw refusal(file, "is no file of properties: double the backslashes in it"); // No cause.
    }
    Map<String, String> settings = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> settings.put(n, properties.getProperty(n)));
    return settings;
  }

  private static Map<String, String> xml(String file, String text) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    int line = 0;
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
      Map<String, String> settings = new TreeMap<>();
      Map<String, String> property = new TreeMap<>();
      while (reader.hasNext()) {
        line = reader.getLocation().getLineNumber();
        int event = reader.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          String element = reader.getLocalName();
          if (!ELEMENTS.contains(element)) {
            throw refusal(file, "has an element that is not read here: <" + element + ">");
          }
          if (element.equals("name") || element.equals("value")) {
            property.put(element, reader.getElementText());
          }
        } else if (event == XMLStreamConstants.END_ELEMENT
            && reader.getLocalName().equals("property")) {
          if (property.size() == 2) {
            settings.put(property.get("name").strip(), property.get("value"));
          }
          property.clear();
        }
      }
      return settings;
    } catch (XMLStreamException e) {
      // Without the cause: it tells of the text.
      throw refusal(file, "is not of the form of Hadoop's core-site.xml after line " + line);
    }
  }

  private static FreshetException refusal(String file, String what) {
    return new FreshetException(
        FailureCategory.OPTION, "%s=%s %s".formatted(HadoopSettings.FILE_OPTION, file, what));
  }
}
