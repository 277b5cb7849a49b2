// pdf.js says what a page draws with the help of a method of ES2024, which Node has since version 21.
if (!('transferToFixedLength' in ArrayBuffer.prototype))
  Object.defineProperty(ArrayBuffer.prototype, 'transferToFixedLength', {
    configurable: true,
    writable: true,
    value(this: ArrayBuffer, length = this.byteLength): ArrayBuffer {
      const moved = structuredClone(this, { transfer: [this] })
      if (length === moved.byteLength) return moved
      const found = new ArrayBuffer(length)
      new Uint8Array(found).set(new Uint8Array(moved, 0, Math.min(length, moved.byteLength)))
      return found
    },
  })
