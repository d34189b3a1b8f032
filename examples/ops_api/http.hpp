#pragma once

#include <functional>
#include <httplib.h>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

/// An answer other than success, as the handler wants it.
class HttpError : public std::runtime_error {
 public:
  HttpError(int status, const std::string& message) : std::runtime_error(message), status_(status) {}
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

using Handler = std::function<void(const httplib::Request&, httplib::Response&)>;

/// Serves a path by method. Other methods are answered with 405 and Allow, and forms, as curl sends a body
/// without a type, with 415, for bodies are JSON; what the handler throws becomes a status and a JSON
/// error: HttpError its own, tenon::Error by its kind, with its text only where that is about the request,
/// anything else 500 without its text.
void add_route(httplib::Server& server, const std::string& pattern,
               std::initializer_list<std::pair<const char*, Handler>> methods);

/// Gives every error that has no body yet (404, 413, …) a JSON one.
void answer_errors_in_json(httplib::Server& server);

/// A text as one piece of a path, percent-encoded.
std::string path_segment(std::string_view text);

void send(httplib::Response& response, const nlohmann::json& body, int status = 200);
/// The body as JSON; HttpError 400 when it is none, or nested so deep that it could exhaust the stack.
nlohmann::json body_of(const httplib::Request& request);
