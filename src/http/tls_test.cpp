#include "http/tls.h"

#include "net/http.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include "http/listener.h"
#include "http/test_client.h"
#include "http/test_service.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <sstream>

namespace forecart {
namespace {

using testing::HasSubstr;

/// Writes a certificate for 127.0.0.1 that signs itself, good for so many days from now on (or up
/// to so many days ago).
TlsFiles make_certificate(const std::filesystem::path& folder, int days) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  constexpr long kDay = 24 * 3600;
  X509_gmtime_adj(X509_getm_notBefore(certificate), -30 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate), days * kDay);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("forecart test"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* const names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate, key, EVP_sha256());
  TlsFiles files{folder / "certificate.pem", folder / "key.pem"};
  FILE* out = std::fopen(files.certificate.c_str(), "w");
  PEM_write_X509(out, certificate);
  std::fclose(out);
  out = std::fopen(files.key.c_str(), "w");
  PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return files;
}

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    options.port = 0;
    options.work_folder = folder / "work";
    options.tls = make_certificate(folder / "", 30);
    service.add("GET /", {.handle = [](const Request& request) {
                  return Answer{.body = request.encrypted ? "over TLS" : "plain"};
                }});
    service.add("PUT /", {.handle =
                              [](const Request& request) {
                                return Answer{.body = std::string(request.body.rbegin(),
                                                                  request.body.rend())};
                              },
                          .body = BodyPlace::memory,
                          .most_bytes = 10'000'000});
    service.add("GET /events", {.handle = [](const Request&) {
                  return Answer{.type = "text/event-stream",
                                .events = EventRequest{[](const std::string&) { return true; }}};
                }});
  }

  void listen() { listener = std::make_unique<Listener>(options, service, metrics, log, &hub); }
  Url at(const std::string& path) const {
    return {.scheme = "https", .host = fmt::format("127.0.0.1:{}", listener->port()), .path = path};
  }

  ScratchFolder folder;
  ListenOptions options;
  TestService service;
  EventHub hub;
  MetricSet metrics;
  std::ostringstream lines;
  Log log{{}, lines};
  std::unique_ptr<Listener> listener;
};

TEST_F(TlsTest, AnswersOverIt) {
  listen();
  HttpClient client({.ca_bundle = options.tls.certificate.string()});
  const HttpResponse response = client.send({.url = at("/")});
  EXPECT_EQ(response.body, "over TLS") << response.failure;
  EXPECT_THAT(response.header("strict-transport-security"), HasSubstr("max-age"));
  std::string body(3'000'000, 'a');
  body.front() = 'b';
  const HttpResponse large = client.send({.method = "PUT", .url = at("/"), .body = body});
  EXPECT_EQ(large.body.size(), body.size()) << large.failure;
  ASSERT_FALSE(large.body.empty());
  EXPECT_EQ(large.body.back(), 'b');
}

TEST_F(TlsTest, OthersCertificatesAreChecked) {
  listen();
  const auto failure = [&](const HttpOptions& trust, const std::string& host) {
    Url url = at("/");
    url.host = fmt::format("{}:{}", host, listener->port());
    const HttpResponse response = HttpClient(trust).send({.url = url});
    EXPECT_EQ(response.status, 0) << response.body;
    return response.failure;
  };
  EXPECT_THAT(failure({}, "127.0.0.1"), HasSubstr("certificate")) << "nobody vouches for it";
  const HttpOptions trusted{.ca_bundle = options.tls.certificate.string()};
  EXPECT_THAT(failure(trusted, "localhost"), HasSubstr("certificate")) << "it is of another name";
}

TEST_F(TlsTest, SendsEventsOverIt) {
  listen();
  HttpClient client({.ca_bundle = options.tls.certificate.string()});
  std::string text;
  client.send({.url = at("/events")}, [&](const HttpResponse&, std::string_view bytes) {
    text += bytes;
    if (text.find("retry") != std::string::npos && text.find("event: run") == std::string::npos) {
      hub.publish("orders", "run", "{}");
    }
    return text.find("event: run") == std::string::npos;
  });
  EXPECT_THAT(text, HasSubstr("event: run\ndata: {}\n"));
}

TEST_F(TlsTest, RefusesWhoDoesNotSpeakIt) {
  listen();
  const TestClient plain(listener->port());
  plain.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  EXPECT_THAT(plain.receive_all(), testing::Not(HasSubstr("HTTP/1.1")));
  HttpClient stranger;  // does not know the certificate
  EXPECT_FALSE(stranger.send({.url = at("/")}).complete());
  HttpClient client({.ca_bundle = options.tls.certificate.string()});
  EXPECT_EQ(client.send({.url = at("/")}).status, 200);
}

/// Whether a client that is set up like that comes to terms with us.
bool comes_to_terms(const TlsFiles& files, const std::function<void(SSL_CTX*)>& set_up) {
  SSL_CTX* const its = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(its, 0);
  set_up(its);
  SSL* const client = SSL_new(its);
  const TlsIdentity identity(files);
  SSL* const server = SSL_new(identity.context()->native_handle());
  BIO* ours = nullptr;
  BIO* theirs = nullptr;
  BIO_new_bio_pair(&ours, 0, &theirs, 0);
  SSL_set_bio(client, ours, ours);
  SSL_set_bio(server, theirs, theirs);
  SSL_set_connect_state(client);
  SSL_set_accept_state(server);
  bool done = false;
  for (int step = 0; step < 10 && !done; ++step) {
    const int one = SSL_do_handshake(client);
    const int other = SSL_do_handshake(server);
    done = one == 1 && other == 1;
  }
  SSL_free(client);
  SSL_free(server);
  SSL_CTX_free(its);
  return done;
}

TEST_F(TlsTest, SpeaksNoVersionBefore12) {
  const auto up_to = [this](int version) {
    return comes_to_terms(options.tls,
                          [=](SSL_CTX* its) { SSL_CTX_set_max_proto_version(its, version); });
  };
  EXPECT_TRUE(up_to(TLS1_3_VERSION));
  EXPECT_TRUE(up_to(TLS1_2_VERSION));
  EXPECT_FALSE(up_to(TLS1_1_VERSION));
}

TEST_F(TlsTest, SpeaksNoWeakCipher) {
  const auto by = [this](const char* ciphers) {
    return comes_to_terms(options.tls, [=](SSL_CTX* its) {
      SSL_CTX_set_max_proto_version(its, TLS1_2_VERSION);
      EXPECT_EQ(SSL_CTX_set_cipher_list(its, ciphers), 1) << ciphers;
    });
  };
  EXPECT_TRUE(by("ECDHE+AESGCM"));
  EXPECT_TRUE(by("ECDHE+CHACHA20"));
  for (const char* weak : {"AES128-SHA", "AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA",
                           "ECDHE-ECDSA-AES256-SHA384", "aNULL", "eNULL"}) {
    EXPECT_FALSE(by(weak)) << weak;
  }
}

TEST_F(TlsTest, ReadsNewFilesWhileItRuns) {
  TlsIdentity identity(options.tls);
  const auto first = identity.context();
  EXPECT_FALSE(identity.renew());
  make_certificate(folder / "", 60);
  std::filesystem::last_write_time(
      options.tls.key, std::filesystem::file_time_type::clock::now() + std::chrono::seconds(2));
  EXPECT_TRUE(identity.renew());
  EXPECT_NE(identity.context(), first);
  const auto second = identity.context();
  std::ofstream(options.tls.key) << "no key";
  std::filesystem::last_write_time(
      options.tls.key, std::filesystem::file_time_type::clock::now() + std::chrono::seconds(4));
  EXPECT_THROW(identity.renew(), Error);
  EXPECT_EQ(identity.context(), second) << "what is wrong is not used";
  EXPECT_FALSE(identity.renew()) << "and told once";
}

TEST_F(TlsTest, NamesWhatCannotBeUsed) {
  const TlsFiles good = options.tls;
  expect_error(ErrorCode::unreadable, "none.pem", [&] {
    TlsIdentity({folder / "none.pem", good.key});
  });
  expect_error(ErrorCode::bad_data, "key.pem", [&] { TlsIdentity({good.key, good.key}); });
  std::filesystem::create_directory(folder / "other");
  const TlsFiles other = make_certificate(folder / "other", 30);
  expect_error(ErrorCode::bad_data, "PEM", [&] { TlsIdentity({good.certificate, other.key}); });
  std::filesystem::create_directory(folder / "old");
  const TlsFiles old = make_certificate(folder / "old", -1);
  expect_error(ErrorCode::bad_data, "expired", [&] { TlsIdentity identity(old); });
}

TEST_F(TlsTest, LetsOtherHostsIn) {
  options.address = "0.0.0.0";
  EXPECT_NO_THROW(listen());
}

}  // namespace
}  // namespace forecart
