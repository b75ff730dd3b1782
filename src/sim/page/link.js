/* The one connection to the server: takes what it pushes, sends what the visitor does. */

let socket = null;
let retryMs = 300;

export function send(message) {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/* on: by the message's kind. lost: called each time the connection ends; it is tried again by itself. */
export function connect(on, lost) {
  socket = new WebSocket(`ws://${location.host}/page-socket`);
  socket.onopen = () => { retryMs = 300; };
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (on[message.t]) on[message.t](message);
  };
  socket.onclose = () => {
    lost();
    setTimeout(connect, retryMs, on, lost);
    retryMs = Math.min(retryMs * 2, 5000);
  };
}
