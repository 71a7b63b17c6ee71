package io.pairstream.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
  @Test
  void liveAnswersWhileAScrapeIsStillBeingMade() throws Exception {
    CountDownLatch scraping = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    Supplier<String> slow =
        () -> {
          scraping.countDown();
          try {
            finish.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return "scraped";
        };
    try (ManagementServer server = new ManagementServer("127.0.0.1", 0, slow, () -> true);
        HttpClient client = HttpClient.newHttpClient()) {
      CompletableFuture<HttpResponse<String>> scrape =
          client.sendAsync(get(server, "/metrics"), HttpResponse.BodyHandlers.ofString());
      scraping.await();
      HttpResponse<String> live;
      try {
        live = client.send(get(server, "/live"), HttpResponse.BodyHandlers.ofString());
        assertThat(scrape).isNotDone();
      } finally {
        finish.countDown();
      }
      assertThat(live.statusCode()).isEqualTo(200);
      assertThat(scrape.get().body()).isEqualTo("scraped");
    }
  }

  private static HttpRequest get(ManagementServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(Duration.ofSeconds(30))
        .build();
  }
}
