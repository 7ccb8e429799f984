#pragma once

#include "base/error.h"
#include "net/test_server.h"
#include "services/aws_client.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace forecart {

/// For tests: keys that a list gives, one set after the other; the last for good.
class ListedCredentials final : public CredentialSource {
 public:
  explicit ListedCredentials(std::vector<Credentials> list) : list_(std::move(list)) {}
  std::string name() const override { return "list"; }
  std::optional<Credentials> load() override { return list_[std::min(asked_++, list_.size() - 1)]; }

 private:
  std::vector<Credentials> list_;
  std::size_t asked_ = 0;
};

inline std::shared_ptr<CredentialChain> listed_credentials(std::vector<Credentials> list) {
  std::vector<std::unique_ptr<CredentialSource>> sources;
  sources.push_back(std::make_unique<ListedCredentials>(std::move(list)));
  return std::make_shared<CredentialChain>(std::move(sources));
}

/// An environment of these alone, with no profile of whoever runs the tests.
inline Environment environment_of(std::map<std::string, std::string> values) {
  values.emplace("AWS_CONFIG_FILE", "/dev/null");
  values.emplace("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

/// Everything at one server, in eu-central-1.
inline AwsAccess access_to(const std::string& url) {
  return {environment_of({{"AWS_ENDPOINT_URL", url}}),
          listed_credentials({{"AKIDEXAMPLE", "secret", "", {}}}), "eu-central-1"};
}

/// A server that keeps what it was asked, and answers in turn; the last answer for good.
class AnsweringServer {
 public:
  explicit AnsweringServer(std::vector<TestAnswer> answers)
      : answers_(std::move(answers)), server_([this](const TestRequest& request) {
          const std::scoped_lock lock(mutex_);
          asked_.push_back(request);
          return answers_[std::min(asked_.size(), answers_.size()) - 1];
        }) {}

  std::string url() const { return server_.url(); }
  std::vector<TestRequest> asked() const {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  std::vector<TestAnswer> answers_;
  mutable std::mutex mutex_;
  std::vector<TestRequest> asked_;
  TestServer server_;
};

/// What a call throws; fails the test where it does not.
inline AwsError aws_error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const AwsError& error) {
    return error;
  }
  return {ErrorCode::usage, "nothing was thrown"};
}

}  // namespace forecart
