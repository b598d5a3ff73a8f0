import java.nio.file.Path;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One node of a local cluster, in a process of its own: killing the process is killing the node. */
public class Node {
  /** Arguments: the node's number, how many nodes there are, the first HTTP port, the first transport port, its folder. */
  public static void main(String[] arguments) throws Exception {
    int number = Integer.parseInt(arguments[0]);
    int nodes = Integer.parseInt(arguments[1]);
    int http = Integer.parseInt(arguments[2]) + number - 1;
    int transport = Integer.parseInt(arguments[3]);
    String[] hosts = new String[nodes];
    String[] names = new String[nodes];
    for (int other = 0; other < nodes; other++) {
      hosts[other] = "127.0.0.1:" + (transport + other);
      names[other] = "n" + (other + 1);
    }
    OpenSearchRunner node = new OpenSearchRunner();
    node.onBuild((index, settings) -> settings
            .put("discovery.type", "zen")
            .putList("discovery.seed_hosts", hosts)
            .putList("cluster.initial_cluster_manager_nodes", names)
            // A node that was killed is noticed by its closed connections. One that only waits for a busy core is not dead.
            .put("cluster.fault_detection.leader_check.timeout", "60s")
            .put("cluster.fault_detection.follower_check.timeout", "60s")
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .put("cluster.publish.timeout", "120s")
            .put("cluster.follower_lag.timeout", "180s")
            .put("node.name", "n" + number)
            .put("transport.port", transport + number - 1)
            .put("http.port", http)
            .put("network.host", "127.0.0.1"))
        .build("-basePath", Path.of(arguments[4]).toString(), "-numOfNode", "1", "-clusterName", "lede",
            "-pluginTypes", "org.opensearch.knn.plugin.KNNPlugin");
    if (Boolean.getBoolean("lede.tied")) {
      // Whoever started this node holds the other end: when that process ends, however it does, so does the node.
      while (System.in.read() >= 0) {
        continue;
      }
      Runtime.getRuntime().halt(0);
    }
    Thread.currentThread().join();
  }
}
