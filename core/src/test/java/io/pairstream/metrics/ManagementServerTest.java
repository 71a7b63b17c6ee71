package io.pairstream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
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
    try (ManagementServer server =
            new ManagementServer("127.0.0.1", 0, answers(slow, Optional.empty()));
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

  private static ManagementServer.Answers answers(
      Supplier<String> metrics, Optional<String> notReady) {
    Instance instance = new Instance(Role.TRAINER, "mca", 0);
    return new ManagementServer.Answers(
        metrics, () -> Status.of("mine", instance, new Tally(), notReady), () -> notReady);
  }

  @Test
  void whoIsNotReadySaysWhy() throws Exception {
    Optional<String> why = Optional.of("the run 'mine' is not declared");
    try (ManagementServer server = new ManagementServer("127.0.0.1", 0, answers(() -> "", why));
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> ready =
          client.send(get(server, "/ready"), HttpResponse.BodyHandlers.ofString());
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).isEqualTo("not ready: the run 'mine' is not declared\n");
      Status status =
          Status.fromJson(
              client.send(get(server, "/status"), HttpResponse.BodyHandlers.ofString()).body());
      assertThat(status.instance()).isEqualTo("trainer-mca");
      assertThat(status.waitingFor()).isEqualTo("the run 'mine' is not declared");
      assertThat(status.loss()).isNull();
    }
    try (ManagementServer server =
            new ManagementServer("127.0.0.1", 0, answers(() -> "", Optional.empty()));
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(
              client.send(get(server, "/ready"), HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  private static HttpRequest get(ManagementServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(Duration.ofSeconds(30))
        .build();
  }
}
