#include "net/credentials.h"

#include "base/error.h"
#include "net/aws_profile.h"
#include "net/credential_sources.h"
#include "net/test_server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace forecart {
namespace {

namespace fs = std::filesystem;

Environment made_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end() || found->second.empty()) return std::nullopt;
    return found->second;
  };
}

class AwsFiles : public testing::Test {
 protected:
  AwsFiles() : folder_(fs::temp_directory_path() / ("forecart-aws-" + std::to_string(getpid()))) {
    fs::create_directories(folder_ / ".aws");
  }
  ~AwsFiles() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  Environment with(std::map<std::string, std::string> values) const {
    values.insert({"HOME", folder_.string()});
    return made_of(std::move(values));
  }

  fs::path folder_;
};

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(EnvironmentCredentials, AreTakenTogetherOrNotAtAll) {
  const auto found = environment_credentials(made_of({{"AWS_ACCESS_KEY_ID", "id"},
                                                      {"AWS_SECRET_ACCESS_KEY", "secret"},
                                                      {"AWS_SESSION_TOKEN", "token"}}))
                         ->load();
  EXPECT_EQ(found->access_key, "id");
  EXPECT_EQ(found->secret_key, "secret");
  EXPECT_EQ(found->session_token, "token");
  EXPECT_FALSE(environment_credentials(made_of({}))->load());
  const auto half = environment_credentials(made_of({{"AWS_SECRET_ACCESS_KEY", "hidden"}}));
  const std::string message = message_of([&] { half->load(); });
  EXPECT_NE(message.find("AWS_ACCESS_KEY_ID"), std::string::npos);
  EXPECT_EQ(message.find("hidden"), std::string::npos);
}

TEST(ProfileFile, IsReadAsAwsWritesIt) {
  const ProfileFile file = parse_profile_file(
      "# comment\n[default]\r\nregion = eu-west-1\n\n[ profile shop ]\naws_access_key_id=AK\n"
      "s3 =\n  endpoint_url = http://x\n\taddressing_style=path\nregion=us-east-2\n; end\n"
      "no setting\n[broken\nx=1");
  EXPECT_EQ(file.at("default").at("region"), "eu-west-1");
  EXPECT_EQ(file.at("profile shop").at("aws_access_key_id"), "AK");
  EXPECT_EQ(file.at("profile shop").at("s3.endpoint_url"), "http://x");
  EXPECT_EQ(file.at("profile shop").at("s3.addressing_style"), "path");
  EXPECT_EQ(file.at("profile shop").at("region"), "us-east-2");
}

TEST_F(AwsFiles, GiveKeysOfTheNamedProfile) {
  write(".aws/credentials",
        "[default]\naws_access_key_id=D\naws_secret_access_key=DS\n"
        "[shop]\naws_access_key_id=S\naws_secret_access_key=SS\n");
  write(".aws/config",
        "[profile shop]\nregion=eu-central-1\naws_access_key_id=LATER\n"
        "services=mine\n[services mine]\ns3 =\n  endpoint_url=http://s3.local\n");
  EXPECT_EQ(profile_credentials(with({}))->load()->access_key, "D");
  const Environment shop = with({{"AWS_PROFILE", "shop"}});
  EXPECT_EQ(profile_credentials(shop)->load()->access_key, "S");
  EXPECT_EQ(aws_region(shop), "eu-central-1");
  EXPECT_EQ(aws_endpoint(shop, "s3"), "http://s3.local");
  EXPECT_EQ(aws_endpoint(shop, "sqs"), "");
  EXPECT_EQ(aws_region(with({{"AWS_PROFILE", "shop"}, {"AWS_REGION", "us-west-2"}})), "us-west-2");
  EXPECT_EQ(
      aws_endpoint(with({{"AWS_ENDPOINT_URL", "http://a"}, {"AWS_ENDPOINT_URL_S3", "http://b"}}),
                   "s3"),
      "http://b");
}

TEST_F(AwsFiles, SayWhatTheyLack) {
  write(".aws/config", "[profile sso]\nsso_session=x\n[profile bare]\nregion=x\n");
  EXPECT_FALSE(profile_credentials(with({}))->load());
  for (const auto& [name, said] :
       std::map<std::string, std::string>{{"none", "which neither"},
                                          {"sso", "sso_session"},
                                          {"bare", "has no aws_access_key_id"}}) {
    const auto source = profile_credentials(with({{"AWS_PROFILE", name}}));
    EXPECT_NE(message_of([&] { source->load(); }).find(said), std::string::npos) << name;
  }
}

std::string metadata_answer(const std::string& id) {
  return R"({"Code":"Success","AccessKeyId":")" + id +
         R"(","SecretAccessKey":"hidden","Token":"T","Expiration":"2030-01-01T00:00:00Z"})";
}

TEST(ContainerCredentials, ComeFromTheHostWithItsToken) {
  const TestServer server([](const TestRequest& request) {
    if (request.header("authorization") != "let me") return answer(403, "hidden");
    return answer(200, metadata_answer("C"));
  });
  const std::string address = server.url() + "/creds";
  const auto found =
      container_credentials(made_of({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", address},
                                     {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "let me"}}))
          ->load();
  EXPECT_EQ(found->access_key, "C");
  EXPECT_EQ(found->session_token, "T");
  EXPECT_EQ(found->expires, parse_instant("2030-01-01T00:00:00Z", TimeZone()));
  const auto refused =
      container_credentials(made_of({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", address}}));
  const std::string message = message_of([&] { refused->load(); });
  EXPECT_NE(message.find("403"), std::string::npos);
  EXPECT_EQ(message.find("hidden"), std::string::npos);
}

TEST(ContainerCredentials, GoNowhereElseInTheClear) {
  for (const auto* host :
       {"http://example.com/", "http://127.0.0.1.example.com/", "http://10.0.0.1/"}) {
    const auto source =
        container_credentials(made_of({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", host}}));
    EXPECT_NE(message_of([&] { source->load(); }).find("this host only"), std::string::npos)
        << host;
  }
  EXPECT_FALSE(container_credentials(made_of({}))->load());
}

TEST(InstanceCredentials, ComeByTokenAndRole) {
  const std::string folder = "/latest/meta-data/iam/security-credentials/";
  const TestServer server([&](const TestRequest& request) {
    if (request.method == "PUT" && request.target == "/latest/api/token") {
      return answer(request.header("x-aws-ec2-metadata-token-ttl-seconds").empty() ? 400 : 200,
                    "tok");
    }
    if (request.header("x-aws-ec2-metadata-token") != "tok") return answer(401, "");
    if (request.target == folder) return answer(200, "shop-role");
    return request.target == folder + "shop-role" ? answer(200, metadata_answer("I"))
                                                  : answer(404, "");
  });
  const std::string name = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
  EXPECT_EQ(instance_credentials(made_of({{name, server.url()}}))->load()->access_key, "I");
  EXPECT_FALSE(
      instance_credentials(made_of({{name, server.url()}, {"AWS_EC2_METADATA_DISABLED", "true"}}))
          ->load());
}

TEST_F(AwsFiles, WebIdentityIsExchangedAtSts) {
  write("token", "the token\n");
  std::string asked;
  const TestServer server([&](const TestRequest& request) {
    asked = request.body;
    return answer(200,
                  "<AssumeRoleWithWebIdentityResponse xmlns='https://sts.amazonaws.com/doc/"
                  "2011-06-15/'><AssumeRoleWithWebIdentityResult><Credentials>"
                  "<AccessKeyId>W</AccessKeyId><SecretAccessKey>hidden</SecretAccessKey>"
                  "<SessionToken>T</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>"
                  "</Credentials></AssumeRoleWithWebIdentityResult>"
                  "</AssumeRoleWithWebIdentityResponse>");
  });
  const auto found =
      web_identity_credentials(with({{"AWS_ROLE_ARN", "arn:aws:iam::1:role/x"},
                                     {"AWS_WEB_IDENTITY_TOKEN_FILE", (folder_ / "token").string()},
                                     {"AWS_ENDPOINT_URL_STS", server.url()}}))
          ->load();
  EXPECT_EQ(found->access_key, "W");
  EXPECT_EQ(found->session_token, "T");
  EXPECT_TRUE(found->expires);
  EXPECT_NE(asked.find("WebIdentityToken=the%20token"), std::string::npos);
  EXPECT_NE(asked.find("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"), std::string::npos);
  EXPECT_FALSE(web_identity_credentials(with({}))->load());
}

TEST(Answers, ThatAreNoneAreRefusedWithoutRepeatingThem) {
  for (const auto* text : {"", "{}", "[1]", "{\"AccessKeyId\":\"hidden\"}", "hidden <"}) {
    const std::string json = message_of([&] { parse_metadata_credentials(text); });
    const std::string xml = message_of([&] { parse_sts_answer(text); });
    EXPECT_NE(json.find("no credentials"), std::string::npos);
    EXPECT_NE(xml.find("no credentials"), std::string::npos);
    EXPECT_EQ((json + xml).find("hidden"), std::string::npos);
  }
}

/// Gives the credentials of a list one after the other, then fails.
class Listed final : public CredentialSource {
 public:
  explicit Listed(std::vector<Credentials> all) : all_(std::move(all)) {}
  std::string name() const override { return "list"; }
  std::optional<Credentials> load() override {
    if (next_ == all_.size()) throw Error(ErrorCode::unavailable, "no more");
    return all_[next_++];
  }

 private:
  std::vector<Credentials> all_;
  std::size_t next_ = 0;
};

TEST(CredentialChain, RenewsBeforeTheyExpireAndOutlivesAFailure) {
  Instant now = *parse_instant("2026-01-01T00:00:00Z", TimeZone());
  std::vector<std::unique_ptr<CredentialSource>> sources;
  sources.push_back(environment_credentials(made_of({})));
  sources.push_back(std::make_unique<Listed>(std::vector<Credentials>{
      {"1", "s", "", now + std::chrono::hours(1)}, {"2", "s", "", now + std::chrono::hours(2)}}));
  CredentialChain chain(std::move(sources), [&] { return now; });
  EXPECT_EQ(chain.get().access_key, "1");
  now += std::chrono::minutes(54);
  EXPECT_EQ(chain.get().access_key, "1");
  now += std::chrono::minutes(2);
  EXPECT_EQ(chain.get().access_key, "2") << "five minutes before the end";
  now += std::chrono::minutes(63);
  EXPECT_EQ(chain.get().access_key, "2") << "nothing new is to be had, but it is still good";
  now += std::chrono::minutes(2);
  EXPECT_THROW(chain.get(), Error);
}

TEST(CredentialChain, AsksAgainForWhatWasRefused) {
  std::vector<std::unique_ptr<CredentialSource>> sources;
  sources.push_back(
      std::make_unique<Listed>(std::vector<Credentials>{{"1", "s", "t", {}}, {"2", "s", "t", {}}}));
  CredentialChain chain(std::move(sources));
  const Credentials first = chain.get();
  chain.refused(first);
  EXPECT_EQ(chain.get().access_key, "2");
  chain.refused(first);
  EXPECT_EQ(chain.get().access_key, "2") << "others have renewed it already";
}

TEST(CredentialChain, NamesWhomItAsked) {
  std::vector<std::unique_ptr<CredentialSource>> sources;
  sources.push_back(environment_credentials(made_of({})));
  sources.push_back(container_credentials(made_of({})));
  CredentialChain chain(std::move(sources));
  EXPECT_NE(message_of([&] { chain.get(); }).find("environment, container"), std::string::npos);
}

}  // namespace
}  // namespace forecart
