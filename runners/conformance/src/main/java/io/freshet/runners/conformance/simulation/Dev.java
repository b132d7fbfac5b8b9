package io.freshet.runners.conformance.simulation;
import java.util.*;
public final class Dev {
  public static void main(String[] a) throws Exception {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
    long from = Long.parseLong(a[0]), to = Long.parseLong(a[1]);
    boolean trace = a.length > 2 && a[2].equals("--trace");
    Simulating s = new Isolated(Map.of()).simulation();
    long t0 = System.nanoTime(); long steps=0; int v=0; Map<String,Integer> faults = new TreeMap<>(); long rest=0, ms=0; Map<String,List<Long>> kinds=new TreeMap<>();
    List<Long> rests=new ArrayList<>();
    for (long seed = from; seed <= to; seed++) {
      Course c = s.run(seed, trace);
      steps += c.steps(); ms += c.millis(); rests.add(c.restMillis());
      c.faults().forEach((k, n) -> faults.merge(k, n, Integer::sum));
      if (trace) c.trace().forEach(System.out::println);
      for (String x : c.violations()) { v++; kinds.computeIfAbsent(x.replaceAll("[0-9]+","#").replaceAll("(?<=^.{60}).*",""), k->new ArrayList<>()).add(seed); if (v<8) System.out.println("Seed " + seed + ": " + x); }
    }
    double sec = ((com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime()/1e9;
    Collections.sort(rests);
    System.out.printf("%d schedules, %d steps each, %d ms virtual each, rest p50 %d p99 %d max %d, %d violations, %.1f/cpu-s, %s%n", to-from+1, steps/(to-from+1), ms/(to-from+1), rests.get(rests.size()/2), rests.get(rests.size()*99/100), rests.get(rests.size()-1), v, (to-from+1)/sec, faults);
    kinds.forEach((k,l)->System.out.println(l.size()+" x "+k+" "+l.subList(0,Math.min(8,l.size()))));
    System.exit(0);
  }
}
