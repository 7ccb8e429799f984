#include "services/mail.h"

#include "base/error.h"
#include "base/hash.h"
#include "monitoring/alert_rule.h"
#include "net/certificates.h"

#include <curl/curl.h>
#include <date/date.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <memory>
#include <string_view>

namespace forecart {

namespace {

constexpr long kTimeoutSeconds = 20;

struct CurlEnd {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::string host_of(const std::string& address) {
  const std::size_t scheme = address.find("://");
  return address.substr(scheme == std::string::npos ? 0 : scheme + 3);
}

/// The rest of a message, for curl to read.
struct Upload {
  std::string_view rest;
};

std::size_t read_upload(char* to, std::size_t size, std::size_t count, void* user) {
  auto& rest = static_cast<Upload*>(user)->rest;
  const std::size_t taken = std::min(size * count, rest.size());
  rest.copy(to, taken);
  rest.remove_prefix(taken);
  return taken;
}

/// No line break may get out of a header.
std::string header_text(std::string_view text) {
  std::string result;
  for (const char c : text) result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return result;
}

std::string with_line_ends(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') result += '\r';
    result += c;
  }
  return result + "\r\n";
}

std::string date_now() {
  return date::format("%a, %d %b %Y %T +0000",
                      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

std::unique_ptr<curl_slist, CurlEnd> recipients(const Mail& mail) {
  curl_slist* list = nullptr;
  for (const std::string& to : mail.to) {
    list = curl_slist_append(list, fmt::format("<{}>", to).c_str());
  }
  return std::unique_ptr<curl_slist, CurlEnd>(list);
}

void set_server(CURL* handle, const MailServer& server) {
  curl_easy_setopt(handle, CURLOPT_URL, server.address.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  const bool must_encrypt = !is_this_host(host_of(server.address));
  curl_easy_setopt(handle, CURLOPT_USE_SSL,
                   static_cast<long>(must_encrypt ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  const std::string trusted = trusted_certificates(server.ca_bundle);
  if (!trusted.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, trusted.c_str());
  if (!server.user.empty()) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, server.password.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
}

}  // namespace

std::string mail_text(const Mail& mail, const std::string& date) {
  const std::string id = sha256(date + mail.subject + mail.text).substr(0, 32);
  return fmt::format(
             "Date: {}\r\nFrom: <{}>\r\nTo: <{}>\r\nMessage-ID: <{}@forecart>\r\nSubject: {}\r\n"
             "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
             "Content-Transfer-Encoding: 8bit\r\nAuto-Submitted: auto-generated\r\n\r\n",
             date, header_text(mail.from),
             header_text(fmt::format("{}", fmt::join(mail.to, ">, <"))), id,
             header_text(mail.subject)) +
         with_line_ends(mail.text);
}

void send_mail(const MailServer& server, const Mail& mail) {
  const std::unique_ptr<CURL, CurlEnd> handle(curl_easy_init());
  const auto to = recipients(mail);
  const std::string text = mail_text(mail, date_now());
  Upload upload{text};
  set_server(handle.get(), server);
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_FROM, fmt::format("<{}>", mail.from).c_str());
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT, to.get());
  curl_easy_setopt(handle.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_READFUNCTION, read_upload);
  curl_easy_setopt(handle.get(), CURLOPT_READDATA, &upload);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code == CURLE_OK) return;
  throw Error(ErrorCode::unavailable,
              fmt::format("mail server {}: {}", host_of(server.address), curl_easy_strerror(code)));
}

}  // namespace forecart
