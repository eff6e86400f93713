/* The one place that knows where the API is: no slash at the end. */
export const API = "http://127.0.0.1:8000/api";
