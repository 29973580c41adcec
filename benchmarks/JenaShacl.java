// How long Apache Jena takes to validate a graph in memory: `JenaShacl SHAPES DATA ROUNDS`.
//
// Prints for each round the seconds of processor time of the whole process, wall-clock seconds, and
// whether the data conforms. Loading is not counted, as it is not for the others.

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.apache.jena.graph.Graph;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;

public class JenaShacl {
    public static void main(String[] given) {
        Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(given[0]));
        Graph data = RDFDataMgr.loadGraph(given[1]);
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        for (int round = 0; round < Integer.parseInt(given[2]); round++) {
            long spent = system.getProcessCpuTime();
            long start = System.nanoTime();
            boolean conforms = ShaclValidator.get().validate(shapes, data).conforms();
            System.out.printf(
                    "%.3f %.3f %s%n",
                    (system.getProcessCpuTime() - spent) / 1e9,
                    (System.nanoTime() - start) / 1e9,
                    conforms);
        }
    }
}
