#pragma once

// TENON_API marks what the shared library shows; everything else is built with hidden visibility.
#if defined(_WIN32) && defined(TENON_SHARED)
#if defined(TENON_BUILDING)
#define TENON_API __declspec(dllexport)
#else
#define TENON_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define TENON_API __attribute__((visibility("default")))
#else
#define TENON_API
#endif
