#include "s3_servers.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace forecart::testing_s3 {

namespace {

constexpr const char* kBucket = "forecart-tests";

class FixedSource final : public CredentialSource {
 public:
  explicit FixedSource(Credentials credentials) : credentials_(std::move(credentials)) {}
  std::string name() const override { return "test"; }
  std::optional<Credentials> load() override { return credentials_; }

 private:
  Credentials credentials_;
};

}  // namespace

std::optional<Server> running_server(const std::string& name) {
  const char* path = std::getenv("FORECART_S3_SERVERS");
  std::ifstream file(path == nullptr ? "" : path);
  for (std::string line; std::getline(file, line);) {
    Server server;
    std::istringstream words(line);
    words >> server.name >> server.endpoint >> server.access_key >> server.secret_key;
    if (server.name == name) return server;
  }
  return std::nullopt;
}

std::unique_ptr<CredentialChain> fixed_credentials(const std::string& access_key,
                                                   const std::string& secret_key) {
  std::vector<std::unique_ptr<CredentialSource>> sources;
  sources.push_back(std::make_unique<FixedSource>(Credentials{access_key, secret_key, "", {}}));
  return std::make_unique<CredentialChain>(std::move(sources));
}

S3Settings settings_of(const Server& server) {
  S3Settings settings;
  settings.endpoint = parse_url(server.endpoint);
  settings.path_style = true;
  settings.deadline = std::chrono::seconds(20);
  settings.part_bytes = 5 << 20;
  return settings;
}

std::string make_bucket(const Server& server) {
  S3Client client(kBucket, settings_of(server),
                  fixed_credentials(server.access_key, server.secret_key));
  if (!client.send({.method = "HEAD"}).ok()) client.send({.method = "PUT"});
  return kBucket;
}

std::unique_ptr<ObjectStore> open_test_store(const Server& server, const S3Settings& settings) {
  static std::atomic<unsigned> counter{0};
  std::ostringstream prefix;
  prefix << "t/" << getpid() << "-" << std::chrono::system_clock::now().time_since_epoch().count()
         << "-" << counter++;
  return open_s3_store(make_bucket(server), prefix.str(), settings,
                       fixed_credentials(server.access_key, server.secret_key));
}

}  // namespace forecart::testing_s3
