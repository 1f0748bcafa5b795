import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Reads R4 resources, one a line, with HAPI's strict parser; prints for each what it breaks, or an empty line. */
class Strict {
    public static void main(String[] arguments) throws Exception {
        IParser parser = FhirContext.forR4().newJsonParser().setParserErrorHandler(new StrictErrorHandler());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            out.println(problem(parser, line));
        }
    }

    private static String problem(IParser parser, String line) {
        try {
            parser.parseResource(line);
            return "";
        } catch (RuntimeException error) {
            return String.valueOf(error.getMessage()).replace('\n', ' ');
        }
    }
}
